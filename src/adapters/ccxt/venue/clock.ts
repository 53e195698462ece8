/** The venue's clock by the last measurement. All times in milliseconds. */
export class VenueClock {
  /** Local minus venue. */
  #offset = 0;
  /** Half of the time that the measurement took: how far off the offset may be. */
  #uncertainty = 0;

  /** Takes a measurement: the venue said `venueTime` at some moment between two local ones. Returns the offset. */
  measured(sentAt: number, venueTime: number, answeredAt: number): number {
    this.#offset = Math.round((sentAt + answeredAt) / 2) - venueTime;
    this.#uncertainty = Math.ceil((answeredAt - sentAt) / 2);
    return this.#offset;
  }

  /** Venue time now, epoch milliseconds. */
  now(): number {
    return Date.now() - this.#offset;
  }

  /** A time that has surely come at the venue, epoch milliseconds. */
  passed(): number {
    return this.now() - this.#uncertainty;
  }
}
