export type { S3CredentialProvider, S3Credentials } from './signing/credentials.ts'
