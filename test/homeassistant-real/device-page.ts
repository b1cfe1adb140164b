import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { screenshot, TestBrowser } from '../support/browser'
import { FREEZER_LIMIT_W } from './household'
import type { Home } from './home'

const SHOWN = ['Current consumption', 'Lifetime energy', 'Problem', 'Acknowledge alerts', 'LED', 'Cloud connection']

export function devicePageSuite(home: Home): void {
  describe('shows a person the page of a device', () => {
    let browser: TestBrowser | undefined

    before(async () => {
      browser = await TestBrowser.start()
      home.freezer.draws_w = FREEZER_LIMIT_W + 230
      await home.becomes('binary_sensor.freezer_problem', 'on')
    })
    after(async () => {
      await browser?.stop()
      home.freezer.draws_w = 90
      await home.becomes('binary_sensor.freezer_problem', 'off')
    })

    it('with its controls, its sensors and what is wrong with it', async () => {
      assert.ok(browser)
      const id = (await home.pages()).get('Freezer')?.id
      const { url, login } = home.assistant
      const page = await browser.open(`${url}/manifest.json`, { width: 1280, height: 1440 })
      await page.evaluate((tokens) => localStorage.setItem('hassTokens', tokens), JSON.stringify(login))
      await page.goto(`${url}/config/devices/device/${id}`)
      for (const name of SHOWN) await page.getByText(name, { exact: true }).first().waitFor()
      await screenshot(page, 'home-assistant-device')
    })
  })
}
