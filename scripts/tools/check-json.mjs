// node check-json.mjs FILE...: each file is one JSON value.
import { readFileSync } from 'node:fs';

for (const file of process.argv.slice(2)) {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
  } catch (e) {
    console.error(`${file}: ${e.message}`);
    process.exitCode = 1;
  }
}
