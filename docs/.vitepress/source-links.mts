import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MarkdownRenderer } from 'vitepress'

const docs = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = dirname(docs)

/** Such as https://github.com/owner/name; without it, links into the source tree are texts. */
const repository = process.env.DOCS_REPOSITORY

/**
 * Pages link to files of the repository as they lie beside each other there. The site has no such files: these links lead
 * to the repository; one to a file that is not there fails the build.
 */
export function linksIntoTheSourceTree(md: MarkdownRenderer) {
  md.core.ruler.push('links-into-the-source-tree', (state) => {
    for (const block of state.tokens) {
      let text = false
      for (const token of block.children ?? []) {
        if (token.type === 'link_open') {
          const path = pathInSourceTree(String(token.attrGet('href')), state.env.path)
          if (path !== undefined && repository) {
            token.attrSet('href', `${repository}/tree/main/${path}`)
          } else if (path !== undefined) {
            text = true
            asHtml(token, `<span title="${path}">`)
          }
        } else if (token.type === 'link_close' && text) {
          text = false
          asHtml(token, '</span>')
        }
      }
    }
  })
}

function asHtml(token: { type: string; content: string; nesting: number }, html: string) {
  token.type = 'html_inline'
  token.content = html
  token.nesting = 0
}

function pathInSourceTree(href: string, page: string): string | undefined {
  if (/^([a-z]+:|\/|#)/.test(href)) {
    return undefined
  }
  const target = resolve(dirname(page), decodeURIComponent(href.replace(/[?#].*$/, '')))
  const isPage = !relative(docs, target).startsWith('..') && (target.endsWith('.md') || !existsSync(target))
  if (isPage) {
    return undefined
  }
  if (!existsSync(target)) {
    throw new Error(`${relative(root, page)}: link to ${href} (expected: a file of the repository)`)
  }
  const path = relative(root, target)
  return statSync(target).isDirectory() ? `${path}/` : path
}
