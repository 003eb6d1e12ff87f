// Lets a child process run these sources as they are: node --import <this file> <script>.ts
import { register } from 'node:module'

register('./source-hooks.mjs', import.meta.url)
