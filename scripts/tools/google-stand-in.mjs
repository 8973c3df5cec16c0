// A stand-in for the program of Terraform's Google provider, which cannot be had here: it speaks the plugin protocol, has the
// provider's schema and plans what it is asked for; it makes nothing and reaches nobody. The values of attributes are not judged.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, ServerCredentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ExtData, decode, encode } from '@msgpack/msgpack';
import { configOf, providerConfig, readOnlyOf, structOf } from './google-provider.mjs';

const LIST = 2; // of nested blocks, as Schema.NestedBlock.NestingMode has it
const UNKNOWN = new ExtData(0, new Uint8Array(1));
const proto = loadSync(join(dirname(fileURLToPath(import.meta.url)), 'provider.proto'), { keepCase: true });
const { Provider } = loadPackageDefinition(proto).tfplugin5;

const words = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What Terraform calls a property: its documentation ends with a link to that name. */
function nameOf({ name, docs = {} }) {
  const block = /^(\w+) block\.$/.exec(docs.summary ?? '');
  const link = /#(\w+) \w+#\w+\}/.exec(`${docs.summary} ${docs.remarks}`);
  return block?.[1] ?? link?.[1] ?? words(name);
}

const isBlock = ({ docs = {} }) => / block\.$/.test(docs.summary ?? '');

function typeOf({ primitive, collection, union }) {
  if (primitive) {
    return { boolean: 'bool', any: 'dynamic' }[primitive] ?? primitive;
  }
  if (collection) {
    return [collection.kind === 'map' ? 'map' : 'list', typeOf(collection.elementtype)];
  }
  return union?.types.map(typeOf).find((type) => type !== 'dynamic') ?? 'dynamic';
}

const isMany = ({ collection, union }) => Boolean(collection || union?.types.some((type) => type.collection));

function attribute(property, kind) {
  return { name: nameOf(property), type: Buffer.from(JSON.stringify(typeOf(property.type))), ...kind };
}

function blockOf({ properties = [] }, readOnly = []) {
  const plain = properties.filter((property) => !isBlock(property));
  const taken = new Set(properties.map((property) => property.name));
  return {
    attributes: [
      ...plain.map((property) => attribute(property, property.optional ? { optional: true, computed: true } : { required: true })),
      ...readOnly.filter(({ name }) => !taken.has(name)).map((property) => attribute(property, { computed: true })),
    ],
    block_types: properties.filter(isBlock).map((property) => ({
      type_name: nameOf(property),
      nesting: LIST,
      min_items: property.optional ? 0 : 1,
      max_items: isMany(property.type) ? 0 : 1,
      block: blockOf(structOf(property.type)),
    })),
  };
}

/** A resource as it would be made: what Google would decide is not known yet. */
function planned(block, state) {
  const known = decode(state);
  if (known !== null) {
    for (const { name, computed } of block.attributes) {
      if (computed && known[name] === null) known[name] = UNKNOWN;
    }
  }
  return Buffer.from(encode(known));
}

/** Serves the given types of resources; answers what TF_REATTACH_PROVIDERS must say for Terraform to ask it, and how to end it. */
export async function standIn(types) {
  const blocks = Object.fromEntries(types.filter(configOf).map((type) => [type, blockOf(configOf(type), readOnlyOf(type))]));
  const nothing = (call, answer) => answer(null, {});
  const server = new Server({ 'grpc.max_send_message_length': -1 });
  server.addService(Provider.service, {
    GetSchema: (call, answer) =>
      answer(null, {
        provider: { block: blockOf({ properties: providerConfig.properties.filter(({ name }) => name !== 'alias') }) },
        resource_schemas: Object.fromEntries(Object.entries(blocks).map(([type, block]) => [type, { block }])),
      }),
    PrepareProviderConfig: ({ request }, answer) => answer(null, { prepared_config: request.config }),
    ValidateResourceTypeConfig: nothing,
    ValidateDataSourceConfig: nothing,
    Configure: nothing,
    PlanResourceChange: ({ request: { type_name, proposed_new_state } }, answer) =>
      answer(null, { planned_state: { msgpack: planned(blocks[type_name], proposed_new_state.msgpack) }, legacy_type_system: true }),
    Stop: nothing,
  });
  const port = await new Promise((found, failed) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? failed(error) : found(bound)));
  });
  const reattach = { Protocol: 'grpc', ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: { Network: 'tcp', String: `127.0.0.1:${port}` } };
  return { reattach: JSON.stringify({ 'hashicorp/google': reattach }), end: () => server.forceShutdown() };
}
