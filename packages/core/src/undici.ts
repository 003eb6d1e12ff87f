export { undiciTransport, type UndiciTransportOptions } from './http/undici-transport.ts'
