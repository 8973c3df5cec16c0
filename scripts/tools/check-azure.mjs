// node check-azure.mjs FILE: the Container App in the file is what Azure's own client takes, by its types, and sends it as it stands.
// What the client does not know it would leave out, so that what it sends is compared with what it was given. Nothing leaves this process.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ContainerAppsAPIClient } from '@azure/arm-appcontainers';
import { parse } from 'yaml';
import { problemsAs } from './typed-json.mjs';

const file = process.argv[2];
const app = parse(readFileSync(file, 'utf8'));
const { properties, ...rest } = app;
const given = { ...rest, ...properties }; // the client's form of it
const problems = problemsAs('@azure/arm-appcontainers', 'ContainerApp', given);
if (problems.length > 0) {
  problems.forEach((problem) => console.error(`${file}: ${problem}`));
  process.exit(1);
}
let sent;
const httpClient = {
  async sendRequest(request) {
    sent = JSON.parse(request.body);
    throw new Error('seen');
  },
};
const credential = { getToken: async () => ({ token: 'none', expiresOnTimestamp: Date.now() + 3_600_000 }) };
const client = new ContainerAppsAPIClient(credential, 'subscription', { httpClient, retryOptions: { maxRetries: 0 } });
try {
  await client.containerApps.createOrUpdate('group', 'slipway', given);
} catch (e) {
  if (!sent) {
    console.error(`${file}: ${e.message}`);
    process.exit(1);
  }
}
try {
  assert.deepEqual(sent, app);
} catch (e) {
  console.error(`${file}: Azure's client would send something else (-) than is in the file (+)\n${e.message}`);
  process.exit(1);
}
