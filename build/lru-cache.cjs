/**
 * Stands in for `mnemonist/lru-cache` in the bundles. The SDK keeps the endpoints in it that endpoint discovery finds. That
 * is off unless a setting turns it on, and one client of one service has one endpoint, so nothing is ever pushed out.
 */
module.exports = class EndpointMap extends Map {
  /** @param _capacity not needed. A `Map` would take it for entries. */
  constructor(_capacity) {
    super();
  }

  peek(key) {
    return this.get(key);
  }
};
