import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { sessionCookie } from '../../../../src/integrations/kasa/transports/session-cookie'

describe('the cookie of a session', () => {
  it('goes back alone, under the name that the device gave it', () => {
    assert.equal(sessionCookie('TP_SESSIONID=AB12;TIMEOUT=86400').header, 'Cookie: TP_SESSIONID=AB12\r\n')
    assert.equal(sessionCookie('other=1; SESSIONID=x/=+; Path=/').header, 'Cookie: SESSIONID=x/=+\r\n')
  })

  it('is none where the device gives none', () => {
    for (const cookies of ['', 'TIMEOUT=5', 'MY_SESSIONID=1', 'TP_SESSIONID=']) {
      assert.equal(sessionCookie(cookies).header, '', cookies)
    }
  })

  it('is used until twenty minutes before its time, and half of it where that is short', () => {
    assert.equal(sessionCookie('TP_SESSIONID=A;TIMEOUT=86400').lifetime_ms, 85_200_000)
    assert.equal(sessionCookie('TP_SESSIONID=A; TIMEOUT=1440').lifetime_ms, 720_000)
  })

  it('lasts a day where the device says no time, or none that makes sense', () => {
    for (const timeout of ['', ';TIMEOUT=', ';TIMEOUT=-1', ';TIMEOUT=0', ';TIMEOUT=never', ';TIMEOUT=12345678901']) {
      assert.equal(sessionCookie(`TP_SESSIONID=A${timeout}`).lifetime_ms, 85_200_000, timeout)
    }
  })

  it('brings no other header line with it, whatever a device sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary' }), (before, value) => {
        const { header, lifetime_ms } = sessionCookie(`${before};TP_SESSIONID=${value}`)
        assert.match(header, /^(?:Cookie: (?:TP_)?SESSIONID=[\x21-\x7e]+\r\n)?$/)
        assert.ok(lifetime_ms > 0)
      }),
    )
  })
})
