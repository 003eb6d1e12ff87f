import { translated } from './errno.ts'

/** The operation, with failures of the file system turned into what they mean for the caller. */
export function translating<Request, Context, Answer>(
  operation: (request: Request, call: Context) => Promise<Answer>,
): (request: Request, call: Context) => Promise<Answer> {
  return async (request, call) => {
    try {
      return await operation(request, call)
    } catch (error) {
      throw translated(error)
    }
  }
}
