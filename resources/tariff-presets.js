// What a tariff can begin with: the shapes that most people have, with prices to be changed.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const WEEKDAYS = 'mon, tue, wed, thu, fri'
  const summer = { season_from: '06', season_to: '09' }

  KasaMonitor.TARIFF_PRESETS = {
    flat: [{ name: 'all day', price_per_kwh: 0.3 }],
    dayAndNight: [
      { name: 'day', days: WEEKDAYS, from: '06:00', to: '22:00', price_per_kwh: 0.32 },
      { name: 'night', price_per_kwh: 0.24 },
    ],
    seasons: [
      { name: 'summer peak', ...summer, days: WEEKDAYS, from: '16:00', to: '21:00', price_per_kwh: 0.55 },
      { name: 'summer', ...summer, price_per_kwh: 0.35 },
      { name: 'winter peak', days: WEEKDAYS, from: '16:00', to: '21:00', price_per_kwh: 0.45 },
      { name: 'winter', price_per_kwh: 0.32 },
    ],
    blocks: [
      { name: 'up to 100 kWh', up_to_kwh: 100, price_per_kwh: 0.12 },
      { name: 'up to 300 kWh', up_to_kwh: 300, price_per_kwh: 0.18 },
      { name: 'beyond', price_per_kwh: 0.25 },
    ],
  }
})()
