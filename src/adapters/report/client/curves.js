// Equity and drawdown over time, each beside buy and hold.

/** Builds both curves; they share one cursor. `onTime` is told the time that is pointed at, or null. Gives back what removes them. */
function makeCurves(onTime) {
  const { time, equity, hold, drawdown, holdDrawdown } = report.curves;
  if (time.length < 2 || document.getElementById("equity-chart") === null) return () => {};
  const seconds = time.map((at) => at / 1000);
  const colours = palette();
  const held = hold.some((value) => value !== null);
  const money = (value) => `${number(value, report.moneyDigits)} ${report.currency}`;
  const fraction = (value) => `${number(value * 100, 2)} %`;
  const plots = [
    plot("equity", [seconds, equity, hold], money, (value) => compact(value), colours, held, false, onTime),
    plot("drawdown", [seconds, drawdown, holdDrawdown], fraction, (value) => `${number(value * 100, 0)} %`, colours, held, true, onTime),
  ];
  return () => {
    for (const { chart, watch, unfollow } of plots) {
      unfollow();
      watch.disconnect();
      chart.destroy();
    }
  };
}

function plot(name, columns, text, axisText, colours, held, filled, onTime) {
  const host = document.getElementById(`${name}-chart`);
  let following = true;
  const legend = legendOf(document.getElementById(`${name}-legend`), columns, text, held);
  const axis = { stroke: colours.muted, font: `11px ${SANS}`, ticks: { show: false }, grid: { stroke: faded(colours.line, 0.6), width: 1 } };
  const line = { width: 1.6, points: { show: false } };
  const chart = new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "curves" }, y: false, drag: { x: true, y: false } },
      scales: filled ? { y: { range: (_, low) => [Math.min(low * 1.05, -0.001), 0] } } : {},
      axes: [
        { ...axis, grid: { show: false }, space: 80, size: 30, values: dates },
        { ...axis, size: 62, values: (_, values) => values.map(axisText) },
      ],
      series: [
        {},
        { ...line, stroke: filled ? colours.down : colours.accent, ...(filled ? { fill: faded(colours.down, 0.16) } : {}) },
        { ...line, width: 1.2, stroke: colours["hold-line"], show: held, dash: [5, 4] },
      ],
      hooks: {
        setCursor: [
          ({ cursor }) => {
            legend(cursor.idx ?? columns[0].length - 1);
            if (cursor.event) onTime(cursor.idx === null || cursor.idx === undefined ? null : columns[0][cursor.idx] * 1000);
          },
        ],
        setScale: [
          ({ scales }, key) => {
            if (key === "x" && !following) sharePeriod(host, scales.x.min * 1000, scales.x.max * 1000, 0);
          },
        ],
      },
    },
    columns,
    host,
  );
  legend(columns[0].length - 1);
  const first = columns[0][0];
  const last = columns[0].at(-1);
  const follow = (from, to) => {
    const min = Math.max(first, from / 1000);
    const max = Math.min(last, to / 1000);
    if (!(min < max)) return;
    // Drawing waits for the end of the task, and so does the hook that would tell the others.
    following = true;
    chart.setScale("x", { min, max });
    queueMicrotask(() => queueMicrotask(() => (following = false)));
  };
  const unfollow = followPeriod(host, follow);
  queueMicrotask(() => queueMicrotask(() => (following = false)));
  if (period.from > -Infinity) follow(period.from, period.to);
  const watch = new ResizeObserver(() => {
    if (host.clientWidth !== chart.width) chart.setSize({ width: host.clientWidth, height: host.clientHeight });
  });
  watch.observe(host);
  return { chart, watch, unfollow };
}

/** A line of names and values above a curve; the function it gives back shows the values at an index. */
function legendOf(host, columns, text, held) {
  const when = element("span", "quiet");
  const own = element("b");
  const other = element("b");
  const parts = [entry("run", "This run", own)];
  if (held) parts.push(entry("held", "Buy and hold", other));
  host.replaceChildren(...parts, when);
  return (index) => {
    when.textContent = `${moment(columns[0][index] * 1000)} UTC`;
    own.textContent = text(columns[1][index]);
    if (held) other.textContent = columns[2][index] === null ? "–" : text(columns[2][index]);
  };
}

function entry(className, name, value) {
  const part = element("span", className);
  part.append(element("i"), `${name} `, value);
  return part;
}

function compact(value) {
  if (Math.abs(value) >= 100_000) return `${number(value / 1000, 0)}k`;
  return number(value, Math.abs(value) >= 100 ? 0 : Math.min(4, report.moneyDigits));
}

/** Texts for times on an axis (seconds, UTC) whose marks are `step` seconds apart. */
function dates(_plot, times, _axis, _space, step) {
  const text = (at, options) => new Date(at * 1000).toLocaleDateString("en-GB", { timeZone: "UTC", ...options });
  return times.map((at) => {
    if (step < 86_400 && at % 86_400 !== 0) return new Date(at * 1000).toISOString().slice(11, 16);
    if (step < 27 * 86_400) return text(at, { day: "numeric", month: "short" });
    return text(at, { month: "short", year: "numeric" });
  });
}
