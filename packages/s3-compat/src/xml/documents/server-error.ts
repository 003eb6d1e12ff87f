import { readXml, type XmlElement } from '../read-xml.ts'

/** An error in the server's words. What it did not say is absent. */
export interface ServerError {
  readonly code?: string
  readonly message?: string
  readonly requestId?: string
  /** The region that the container is in. */
  readonly region?: string
  /** The host that the request should have gone to. */
  readonly endpoint?: string
}

/** The body of a failed request. @throws StorageError `MalformedResponse` when it is something else, such as HTML */
export async function readServerError(text: string): Promise<ServerError> {
  const { element } = await readXml(text, 'Error')
  return serverErrorOf(element)
}

export function serverErrorOf(element: XmlElement): ServerError {
  const code = element.textOf('Code')
  const message = element.textOf('Message')
  const requestId = element.textOf('RequestId')
  const region = element.textOf('Region')
  const endpoint = element.textOf('Endpoint')
  return {
    ...(code && { code }),
    ...(message && { message }),
    ...(requestId && { requestId }),
    ...(region && { region }),
    ...(endpoint && { endpoint }),
  }
}
