import { describe, expect, it } from "vitest";
import { Outages } from "../../../src/app/trade/outages.ts";
import { VenueState } from "../../../src/app/trade/venue-state.ts";

function outagesWithAlerts() {
  const alerts: string[] = [];
  const state = new VenueState(({ message }) => alerts.push(message));
  const outages = new Outages({ state, alert: ({ message }) => alerts.push(message) });
  return { outages, alerts, mayTrade: () => state.mayTrade(0, "BTC/USDT") };
}

describe("an outage", () => {
  it("is over once the account was looked at after its end", () => {
    const { outages, alerts, mayTrade } = outagesWithAlerts();
    outages.down("private", null, "it is silent");
    expect(mayTrade()).toBe(false);
    outages.up("private");
    expect(mayTrade()).toBe(false);
    outages.over(outages.back());
    expect(mayTrade()).toBe(true);
    expect(alerts).toEqual(["private: it is silent. No new orders until it is back.", "private is back and caught up"]);
  });

  it("is told once when the account cannot be looked at after the owner has resumed, until it was", () => {
    const { outages, alerts, mayTrade } = outagesWithAlerts();
    outages.resume();
    outages.blind();
    outages.blind();
    expect(outages.troubles).toEqual(["the account cannot be looked at as a whole"]);
    expect(mayTrade()).toBe(false);
    outages.over(outages.back());
    expect(mayTrade()).toBe(true);
    expect(alerts).toEqual([expect.stringMatching(/^account: it could not be looked at as a whole for long: .* No new orders until it is back\.$/), "account is back and caught up"]);
  });

  it("is not ended by a look at the account that began before it", () => {
    const { outages, mayTrade } = outagesWithAlerts();
    outages.down("private", null, "it is silent");
    outages.up("private");
    const look = outages.back();
    outages.down("private", null, "it is silent again");
    outages.over(look);
    expect(mayTrade()).toBe(false);
  });

  it("is not ended by a look that began before it, even when it is back before that look is over", () => {
    const { outages, mayTrade } = outagesWithAlerts();
    outages.down("private", null, "it is silent");
    outages.up("private");
    const look = outages.back();
    outages.down("private", null, "it is silent again");
    outages.up("private");
    outages.over(look);
    expect(mayTrade()).toBe(false);
    outages.over(outages.back());
    expect(mayTrade()).toBe(true);
  });

  it("of the owner's second word is not ended by the look that followed his first", () => {
    const { outages, mayTrade } = outagesWithAlerts();
    outages.resume();
    const look = outages.back();
    outages.resume();
    outages.over(look);
    expect(mayTrade()).toBe(false);
    outages.over(outages.back());
    expect(mayTrade()).toBe(true);
  });
});
