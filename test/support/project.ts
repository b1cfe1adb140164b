import { join } from 'node:path'

/** Compiled project, and the project's folder: this file runs as `<build>/test/support/project.js`. */
export const BUILD = join(__dirname, '..', '..')
export const PROJECT = join(BUILD, '..')
/** Node-RED would find them beside itself, and show their nodes. */
export const BENCH_PEERS = ['node-red-contrib-cache', 'node-red-contrib-influxdb']
