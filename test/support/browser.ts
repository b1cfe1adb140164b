import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
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

/** A real browser that is kept on loopback; what a page complains about is gathered. */
export class TestBrowser {
  /** Errors of scripts, lines on the error console, and requests that wanted to leave this machine. */
  readonly problems: string[] = []

  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<TestBrowser> {
    const executablePath = browserProgram()
    if (executablePath === undefined) throw new Error('No Chromium is installed')
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
    return new TestBrowser(
      await chromium.launch({ executablePath, args: [...args, '--disable-sync', '--no-first-run'] }),
    )
  }

  async open(url: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
    const page = await this.browser.newPage({ viewport })
    page.on('pageerror', (error) => this.problems.push(`error: ${error.message}`))
    page.on('console', (line) => line.type() === 'error' && this.problems.push(`console: ${line.text()}`))
    const isOutside = ({ hostname }: URL) => hostname !== '127.0.0.1' && hostname !== 'localhost'
    await page.route(isOutside, async (route) => {
      this.problems.push(`leaves this machine: ${route.request().url()}`)
      await route.abort()
    })
    await page.goto(url)
    return page
  }

  async stop(): Promise<void> {
    await this.browser.close()
  }
}

/** Keeps a picture of a page in `.cache/screenshots`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
}
