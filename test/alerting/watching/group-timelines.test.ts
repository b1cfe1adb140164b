import { describe, it } from 'mocha'
import { offline, reading, timeline } from '../../support/alert-timeline'

const fuse = { name: 'Fuse', devices: ['*'], together: 'sum', condition: { kind: 'above', value: 3000 } }

describe('alerts of a group', () => {
  it('come by the sum of all, and once', () =>
    timeline({ rules: [fuse] })
      .at('10:00', reading('Kettle', { power_w: 2000 }))
      .at('10:01', reading('Iron', { power_w: 1500 }))
      .at('10:02', reading('Kettle', { power_w: 2100 }))
      .at('10:03', reading('Iron', { power_w: 0 }))
      .expect(['10:01 raised Fuse: Fuse', '10:03 resolved Fuse: Fuse']))

  it('end when a device goes offline that made it too much', () =>
    timeline({ rules: [fuse] })
      .at('10:00', reading('Kettle', { power_w: 2000 }), reading('Iron', { power_w: 1500 }))
      .at('10:02', offline('Iron'))
      .expect(['10:00 raised Fuse: Fuse', '10:02 resolved Fuse: Fuse']))

  it('end when a device has been silent for too long that made it too much', () =>
    timeline({ rules: [{ ...fuse, no_data_after_s: 300 }] })
      .at('10:00', reading('Iron', { power_w: 1500 }))
      .every('1 min', '10:10', reading('Kettle', { power_w: 2000 }))
      .expect(['10:00 raised Fuse: Fuse', '10:05 resolved Fuse: Fuse']))

  it('do not know what is used while all are offline: what is raised stays', () =>
    timeline({ rules: [fuse] })
      .at('10:00', reading('Kettle', { power_w: 3500 }))
      .at('10:01', offline('Kettle'))
      .until('10:30')
      .expect(['10:00 raised Fuse: Fuse'])
      .at('10:31', reading('Kettle', { power_w: 100 }))
      .expect(['10:31 resolved Fuse: Fuse']))

  it('come when the last of it is offline', () =>
    timeline({ rules: [{ name: 'All dead', together: 'highest', condition: { kind: 'offline' } }] })
      .at('10:00', reading('Kettle'), reading('Iron'))
      .at('10:01', offline('Iron'))
      .at('10:02', offline('Kettle'))
      .at('10:03', reading('Iron'))
      .expect(['10:02 raised All dead: All dead', '10:03 resolved All dead: All dead']))

  it('come when the last of it falls silent', () =>
    timeline({
      rules: [{ name: 'Silent', together: 'mean', condition: { kind: 'no_data', after_s: 900 }, no_data_after_s: 60 }],
    })
      .at('10:00', reading('Kettle', { power_w: 5 }))
      .at('10:05', reading('Iron', { power_w: 5 }))
      .at('10:30', reading('Iron', { power_w: 5 }))
      .expect(['10:20 raised Silent: Silent', '10:30 resolved Silent: Silent']))

  it('count the energy of all for the day, whoever comes and goes, over a restart', () =>
    timeline({ rules: [{ name: 'Budget', together: 'sum', condition: { kind: 'energy', limit_kwh: 3 } }] })
      .at('10:00', reading('Kettle', { energy_kwh: 500 }), reading('Iron', { energy_kwh: 80 }))
      .at('11:00', reading('Kettle', { energy_kwh: 501 }), offline('Iron'))
      .at('11:30', reading('Lamp', { energy_kwh: 900 }))
      .restart({ away: '10 min' })
      .at('12:00', reading('Kettle', { energy_kwh: 501.5 }), reading('Lamp', { energy_kwh: 900 }))
      .at('13:00', reading('Iron', { energy_kwh: 81 }))
      .expect([])
      .at('14:00', reading('Kettle', { energy_kwh: 502.1 }))
      .expect(['14:00 raised Budget: Budget']))

  it('count energy of two that were read in the same moment, in that moment', () =>
    timeline({ rules: [{ name: 'Budget', together: 'sum', condition: { kind: 'energy', limit_kwh: 3 } }] })
      .at('10:00', reading('Kettle', { energy_kwh: 500 }), reading('Iron', { energy_kwh: 80 }))
      .at('11:00', reading('Kettle', { energy_kwh: 502 }), reading('Iron', { energy_kwh: 81.1 }))
      .expect(['11:00 raised Budget: Budget']))
})
