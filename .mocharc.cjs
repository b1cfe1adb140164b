module.exports = {
  'node-option': ['enable-source-maps', 'unhandled-rejections=strict'],
  timeout: 30_000,
  'forbid-only': true,
  'forbid-pending': false,
}
