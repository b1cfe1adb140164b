/**
 * What is about Node-RED itself runs in each that we support. What is about us, and only asked by way of a Node-RED, runs in
 * the oldest of them; in all with `NODE_REDS=all`.
 */
export const EVERYWHERE = process.env.NODE_REDS === 'all'
