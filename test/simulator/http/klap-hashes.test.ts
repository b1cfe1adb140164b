import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { accountOf } from '../../../src/simulator/account'
import { KlapCipher } from '../../../src/simulator/http/klap-cipher'
import { authHash, clientProof, deviceProof, sessionKeys } from '../../../src/simulator/http/klap-hashes'

const SEEDS = {
  local_seed: Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'),
  remote_seed: Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex'),
}
const REQUEST = '{"system":{"get_sysinfo":{}}}'

/** Computed independently, for user@example.com and great_password. */
const VECTORS = {
  1: {
    auth: '474728be8bb983216b5b73ae1f646147',
    device: '7c10489c80f0713f4bc0275f2612e432b210f2b7c28b3b03bf95f48987ab0ce9',
    client: 'd753dabd7e5e9029b7423eab85f5a5babd3d5b6ad285ff673e63c537866e571f',
    key: 'b1c5933d0859867e55173421f834dba3',
    iv: '37e636d51a250a3618a5e9cd',
    sequence: 594641584,
    signature: '469764c622d147811141cf744b4c12c14f31e2665e3a8938de2abe33',
    body: '5b18c6348e8d250ee7b9a53a20f10d231da56b1c9765bb349f484bdd4cd74a1140a9274cb7dbb8204975e6ce2cf2ad5039e322932dbbf26bc17cce28dffa65fe',
  },
  2: {
    auth: '98affa12cd82d89b4ca3e89d6513ac1e914461bb28683d9a6dcd8dac214e22c4',
    device: '2a4200a6ffdfdca1d144314ed38d74be7e22e00e1f002b8a1e04adf9fbf5960c',
    client: '33629671c324a51eecf382a15735ec8005bb3fc7e6146833ad67baf346ee97d9',
    key: '0eb3e52fa1b446d10af0b754a8e7ed36',
    iv: '0a528f770130884bbb9f20c5',
    sequence: 1654156118,
    signature: '6b46fbf64c1801b5008c9d922d1fd8f768cdaa5bce72d605792ad139',
    body: '8942e69673c3ec87c398505e1c0f2543d2179eaf651a3f528223772480153d5e3db7c290ea168b88c3439cd523fc7729e446bcc26f0d53de8197be06bbb9ac11',
  },
}

describe('the hashes of a simulated KLAP device', () => {
  for (const version of [1, 2] as const) {
    it(`agree with known values, version ${version}`, () => {
      const expected = VECTORS[version]
      const auth = authHash(version, accountOf())
      const secrets = { ...SEEDS, auth }
      const { key, iv, signature, sequence } = sessionKeys(secrets)
      assert.deepEqual(
        {
          auth: auth.toString('hex'),
          device: deviceProof(version, secrets).toString('hex'),
          client: clientProof(version, secrets).toString('hex'),
          key: key.toString('hex'),
          iv: iv.toString('hex'),
          sequence,
          signature: signature.toString('hex'),
          body: new KlapCipher({ key, iv, signature, sequence }).seal(sequence + 1, REQUEST).toString('hex'),
        },
        expected,
      )
      const cipher = new KlapCipher({ key, iv, signature, sequence })
      assert.equal(cipher.open(sequence + 1, Buffer.from(expected.body, 'hex')), REQUEST)
    })
  }

  it('agree with known values for the accounts of nobody', () => {
    const hashes = (['kasa-default', 'tapo-default', 'blank'] as const).map((account) =>
      ([1, 2] as const).map((version) => authHash(version, accountOf(account)).toString('hex')),
    )
    assert.deepEqual(hashes, [
      ['74b751bdd208bc155ae2a6d4167cc44d', '49fc4839a2733ffbf464337648f65dc411778d4c03ec82c5e4cccc682163fa64'],
      ['a7317ea07dd83e3393fb702d9bf309a7', '7d5ae9ac18f5bb37843a4577867dd4348d8dff26c4b261ebff1b74d88adc063b'],
      ['5873dd45edd01f09c1ef2e7819369e8e', 'b8628ab91c74f531603f6d5b45e730e54c123a7247b8978272c03f1e13560cea'],
    ])
  })
})
