// node check-terraform.mjs DIRECTORY: every Terraform file below it is parsed by HashiCorp's parser; resources fit the
// provider's schema; what is referred to is there; what is there is described; no role is broad.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { problemsOfResource } from './google-provider.mjs';

const root = process.argv[2];
const problems = [];

const files = (directory) => readdirSync(directory).filter((name) => /\.tf(vars)?(\.example)?$/.test(name));
const directories = readdirSync(root, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isDirectory() && !join(entry.parentPath, entry.name).includes('.terraform'))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((directory) => files(directory).some((name) => name.endsWith('.tf')));

async function read(directory) {
  const merged = { directory, text: '', variable: {}, output: {}, resource: {}, data: {}, module: {}, local: {}, values: {} };
  for (const name of files(directory)) {
    const text = readFileSync(join(directory, name), 'utf8');
    let parsed;
    try {
      parsed = await parse(name.replace(/\.example$/, ''), text);
    } catch (e) {
      problems.push(`${join(directory, name)}: ${e.message ?? e}`);
      continue;
    }
    if (name.includes('.tfvars')) {
      merged.values = parsed;
      continue;
    }
    merged.text += text;
    for (const kind of ['variable', 'output', 'module']) {
      Object.assign(merged[kind], parsed[kind]);
    }
    for (const kind of ['resource', 'data']) {
      for (const [type, named] of Object.entries(parsed[kind] ?? {})) {
        merged[kind][type] = { ...merged[kind][type], ...named };
      }
    }
    (parsed.locals ?? []).forEach((locals) => Object.assign(merged.local, locals));
  }
  return merged;
}

function checkReferences(module) {
  const code = module.text.replace(/^\s*#.*$/gm, '');
  const references = (pattern) => new Set([...code.matchAll(pattern)].map((match) => match[1]));
  const variables = references(/\bvar\.(\w+)/g);
  for (const name of variables) {
    if (!module.variable[name]) problems.push(`${module.directory}: var.${name} is not declared`);
  }
  for (const name of Object.keys(module.variable)) {
    if (!variables.has(name)) problems.push(`${module.directory}: variable ${name} is not used`);
  }
  for (const name of references(/\blocal\.(\w+)/g)) {
    if (!(name in module.local)) problems.push(`${module.directory}: local.${name} is not declared`);
  }
  for (const [, type, name] of code.matchAll(/(?<![\w."-])(google_\w+)\.(\w+)/g)) {
    if (!module.resource[type]?.[name]) problems.push(`${module.directory}: ${type}.${name} is not declared`);
  }
  for (const [, name, output] of code.matchAll(/\bmodule\.(\w+)\.(\w+)/g)) {
    const called = modules.get(normalize(join(module.directory, module.module[name]?.[0].source ?? '?')));
    if (!called?.output[output]) problems.push(`${module.directory}: module.${name}.${output} is no output`);
  }
}

// What every call of a module may have besides the module's variables.
const META = new Set(['version', 'providers', 'count', 'for_each', 'depends_on']);

function checkCalls(module) {
  for (const [name, [{ source, ...given }]] of Object.entries(module.module)) {
    const called = modules.get(normalize(join(module.directory, source)));
    if (!called) {
      problems.push(`${module.directory}: module ${name}: no module in ${source}`);
      continue;
    }
    for (const argument of Object.keys(given)) {
      if (!called.variable[argument] && !META.has(argument)) problems.push(`${module.directory}: module ${name} has no variable ${argument}`);
    }
    for (const [variable, [declared]] of Object.entries(called.variable)) {
      if (!('default' in declared) && !(variable in given)) problems.push(`${module.directory}: module ${name} needs ${variable}`);
    }
  }
}

function checkDescriptions(module) {
  for (const [name, [variable]] of Object.entries(module.variable)) {
    if (!variable.description || !variable.type) problems.push(`${module.directory}: variable ${name} has no description or type`);
  }
  for (const [name, [output]] of Object.entries(module.output)) {
    if (!output.description) problems.push(`${module.directory}: output ${name} has no description`);
  }
  if (existsSync(join(module.directory, 'terraform.tfvars.example'))) {
    for (const name of Object.keys(module.values)) {
      if (!module.variable[name]) problems.push(`${module.directory}/terraform.tfvars.example: no variable ${name}`);
    }
    for (const [name, [variable]] of Object.entries(module.variable)) {
      if (!('default' in variable) && !(name in module.values)) problems.push(`${module.directory}/terraform.tfvars.example: no ${name}`);
    }
  }
}

function checkResources(module) {
  for (const kind of ['resource', 'data']) {
    for (const [type, named] of Object.entries(module[kind])) {
      for (const [name, blocks] of Object.entries(named)) {
        blocks.forEach((block) => problems.push(...problemsOfResource(kind, type, block, `${module.directory}: ${type}.${name}`)));
      }
    }
  }
  for (const [role] of module.text.matchAll(/roles\/(owner|editor|viewer|\w+\.admin)\b/g)) {
    problems.push(`${module.directory}: ${role} is more than a server needs`);
  }
  if (/google_(service_account_key|secret_manager_secret_version)"/.test(module.text)) {
    problems.push(`${module.directory}: a secret would come into the state`);
  }
}

const modules = new Map();
for (const directory of directories) {
  modules.set(normalize(directory), await read(directory));
}
for (const module of modules.values()) {
  checkReferences(module);
  checkCalls(module);
  checkDescriptions(module);
  checkResources(module);
}
problems.forEach((problem) => console.error(problem));
if (problems.length > 0 || modules.size === 0) {
  process.exit(1);
}
const count = [...modules.values()].flatMap((module) => Object.values(module.resource)).flatMap(Object.keys).length;
console.log(`${modules.size} modules, ${count} resources`);
process.exit(0); // the parser's WebAssembly keeps the process alive
