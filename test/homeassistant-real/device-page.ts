import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { screenshot, TestBrowser } from '../support/browser'
import type { Home } from './home'

export function devicePageSuite(home: Home): void {
  describe('shows a person the page of a device', () => {
    let browser: TestBrowser | undefined

    before(async () => {
      browser = await TestBrowser.start()
    })
    after(() => browser?.stop())

    it('with its controls, sensors and alerts', async () => {
      assert.ok(browser)
      const id = (await home.pages()).get('Freezer')?.id
      const { url, login } = home.assistant
      const page = await browser.open(`${url}/manifest.json`, { width: 1280, height: 1100 })
      await page.evaluate((tokens) => localStorage.setItem('hassTokens', tokens), JSON.stringify(login))
      await page.goto(`${url}/config/devices/device/${id}`)
      for (const name of ['Current consumption', 'Lifetime energy', 'Problem', 'LED']) {
        await page.getByText(name, { exact: true }).first().waitFor()
      }
      await screenshot(page, 'home-assistant-device')
    })
  })
}
