// What runs the guides must fail when a guide is wrong: these pages are wrong in one way each.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const tool = join(dirname(fileURLToPath(import.meta.url)), 'run-guides.mjs')

function block(kind, text) {
  return `\`\`\`${kind}\n${text}\n\`\`\`\n`
}

function run(...blocks) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-page-'))
  try {
    writeFileSync(join(directory, 'page.md'), `# Page\n\n${blocks.join('\n')}`)
    const done = spawnSync(process.execPath, [tool, join(directory, 'page.md')], { encoding: 'utf8' })
    return { status: done.status, said: done.stdout + done.stderr }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test('passes a page whose blocks print what it says', () => {
  const { status, said } = run(block('sh run', 'echo one; echo two'), block('text output', 'one\ntwo'))
  assert.equal(status, 0, said)
  assert.match(said, /run-guides: 1 passed, 0 failed/)
})

test('takes … for any text in a line, and for any lines', () => {
  const print = block('sh run', 'echo loss 0.1; echo; echo a; echo end')
  assert.equal(run(print, block('text output', 'loss …\n…\nend')).status, 0)
  assert.equal(run(print, block('text output', 'loss …\nend')).status, 1)
  assert.equal(run(print, block('text output', '…\nen')).status, 1)
})

test('takes no other mark for a pattern', () => {
  assert.equal(run(block('sh run', 'echo axb'), block('text output', 'a.b')).status, 1)
})

test('refuses a page whose block prints something else', () => {
  const { status, said } = run(block('sh run', 'echo one'), block('text output', 'two'))
  assert.equal(status, 1)
  assert.match(said, /printed:\none\n\nexpected:\ntwo/)
})

test('refuses a page whose command fails, in the middle of a block or of a pipe', () => {
  assert.equal(run(block('sh run', 'false\necho on')).status, 1)
  const { status, said } = run(block('sh run', 'false | cat'))
  assert.equal(status, 1)
  assert.match(said, /exit code 1 of\nfalse \| cat/)
})

test('refuses a page of which nothing is run', () => {
  const { status, said } = run(block('sh', 'echo one'))
  assert.equal(status, 1)
  assert.match(said, /no block that is run/)
})

test('refuses a page whose server ends at once', () => {
  const { status, said } = run(block('sh serve', 'false'))
  assert.equal(status, 1)
  assert.match(said, /exit code 1 of\nfalse/)
})

test('gives every page a directory of its own, with the examples and without their build', () => {
  const { status, said } = run(block('sh run', 'ls examples | grep -x iris && ! ls examples/pom.xml'))
  assert.equal(status, 0, said)
})
