// What VitePress does not check: headings that links name, and links in the repository's other texts. Prints every dead link; exits 1.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = dirname(docs)
const dist = join(docs, '.vitepress/dist')
const base = process.env.DOCS_BASE ?? '/'
const dead = []
let checked = 0

function files(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

const headings = new Map()

/** The ids of a built page. */
function idsOf(file) {
  if (!headings.has(file)) {
    headings.set(file, new Set([...readFileSync(file, 'utf8').matchAll(/\sid="([^"]+)"/g)].map((match) => match[1])))
  }
  return headings.get(file)
}

for (const page of files(dist).filter((file) => file.endsWith('.html'))) {
  for (const [, href] of readFileSync(page, 'utf8').matchAll(/<a [^>]*href="([^"]*)"/g)) {
    if (/^([a-z]+:|\/\/)/.test(href)) {
      continue
    }
    checked++
    const [path, hash] = href.replaceAll('&amp;', '&').split('#')
    const below = path.startsWith(base) ? join(dist, path.slice(base.length)) : resolve(dirname(page), path)
    let target = path === '' ? page : below
    if (existsSync(target) && statSync(target).isDirectory()) {
      target = join(target, 'index.html')
    }
    if (!existsSync(target)) {
      dead.push(`${relative(dist, page)}: ${href} (expected: a page or a file of the site)`)
    } else if (hash && !idsOf(target).has(decodeURIComponent(hash))) {
      dead.push(`${relative(dist, page)}: ${href} (expected: a heading of ${relative(dist, target)})`)
    }
  }
}

/** GitHub's names of headings. */
function slugs(markdown) {
  const text = readFileSync(markdown, 'utf8').replace(/^```[\s\S]*?^```/gm, '')
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
      match[1].trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
    )
  )
}

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' })
for (const name of tracked.split('\n').filter(Boolean)) {
  const file = join(root, name)
  const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
  for (const [, href] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^([a-z]+:|\/)/.test(href)) {
      continue
    }
    checked++
    const [path, hash] = href.split('#')
    const target = path === '' ? file : resolve(dirname(file), decodeURIComponent(path))
    if (!existsSync(target)) {
      dead.push(`${name}: ${href} (expected: a file of the repository)`)
    } else if (hash && target.endsWith('.md') && !slugs(target).has(decodeURIComponent(hash))) {
      dead.push(`${name}: ${href} (expected: a heading of ${relative(root, target)})`)
    }
  }
}

dead.forEach((line) => console.error(line))
console.log(`check-links: ${checked} links, ${dead.length} of them dead`)
process.exit(dead.length === 0 ? 0 : 1)
