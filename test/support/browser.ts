import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { PROJECT } from './node-red'

const PROGRAMS = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const SCREENSHOTS = join(PROJECT, '.cache', 'screenshots')

/** A browser of this machine; undefined where there is none. */
export function browserProgram(): string | undefined {
  return PROGRAMS.find((file) => file !== '' && existsSync(file))
}

const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--no-first-run'],
  // Not by routes of the driver: with them, nothing is cached, and each request takes a detour.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
]

/** A real browser that is kept on loopback; what a page complains about is gathered. Its pages share what is cached. */
export class TestBrowser {
  /** Errors of scripts, lines on the error console, and requests that wanted to leave this machine. */
  readonly problems: string[] = []

  private constructor(private readonly context: BrowserContext) {}

  static async start(): Promise<TestBrowser> {
    const executablePath = browserProgram()
    if (executablePath === undefined) throw new Error('No Chromium is installed')
    const browser = await chromium.launch({ executablePath, args: ARGUMENTS })
    return new TestBrowser(await browser.newContext())
  }

  async open(url: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
    const page = await this.context.newPage()
    await page.setViewportSize(viewport)
    page.on('pageerror', (error) => this.problems.push(`error: ${error.message}`))
    page.on('console', (line) => line.type() === 'error' && this.problems.push(`console: ${line.text()}`))
    page.on(
      'request',
      (request) => isOutside(request.url()) && this.problems.push(`leaves this machine: ${request.url()}`),
    )
    await page.goto(url)
    return page
  }

  async stop(): Promise<void> {
    await this.context.browser()?.close()
  }
}

function isOutside(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return /^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1' && hostname !== 'localhost'
}

/** Keeps a picture of a page in `.cache/screenshots` with `SCREENSHOTS=all`: it takes a second of a busy machine. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS === 'all') await screenshotAnyway(page, name)
}

export async function screenshotAnyway(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
}
