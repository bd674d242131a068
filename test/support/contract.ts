import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

interface Answered {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}
