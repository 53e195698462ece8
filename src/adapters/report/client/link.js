// One period for all charts over time: zooming one zooms the others.

const period = { from: -Infinity, to: Infinity, views: new Map() };

/** Calls `show(from, to)` (epoch milliseconds) whenever another chart is zoomed; gives back what ends it. */
function followPeriod(owner, show) {
  period.views.set(owner, show);
  return () => period.views.delete(owner);
}

/** Shows a period in every chart but the `owner`'s. What moves less than `slack` is an echo of an earlier call. */
function sharePeriod(owner, from, to, slack) {
  if (Math.abs(from - period.from) <= slack && Math.abs(to - period.to) <= slack) return;
  period.from = from;
  period.to = to;
  for (const [other, show] of period.views) if (other !== owner) show(from, to);
}
