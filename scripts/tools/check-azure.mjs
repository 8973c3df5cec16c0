// node check-azure.mjs FILE: Azure's own client sends the Container App as it stands in the file. What its types do not know
// it would leave out, so that what it sends is compared with what it was given. Nothing leaves this process.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ContainerAppsAPIClient } from '@azure/arm-appcontainers';
import { parse } from 'yaml';

const file = process.argv[2];
const app = parse(readFileSync(file, 'utf8'));
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
  const { properties, ...rest } = app;
  await client.containerApps.createOrUpdate('group', 'slipway', { ...rest, ...properties });
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
