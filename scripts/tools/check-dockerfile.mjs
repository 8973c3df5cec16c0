// node check-dockerfile.mjs FILE...: the parser and the rules that editors have for Dockerfiles find nothing in any of them.
import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';

for (const file of process.argv.slice(2)) {
  for (const { message, range } of validate(readFileSync(file, 'utf8'))) {
    console.error(`${file}:${range.start.line + 1}: ${message}`);
    process.exitCode = 1;
  }
}
