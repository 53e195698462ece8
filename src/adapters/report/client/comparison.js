// Equity and drawdown of two runs and of buy and hold, over one period.

const STROKES = ["accent", "up", "hold-line"];

function drawComparison() {
  const colours = palette();
  const seconds = report.time.map((at) => at / 1000);
  const plots = [
    compared("equity", [seconds, ...report.equity], (value) => number(value, 2), (value) => number(value, 0), colours),
    compared("drawdown", [seconds, ...report.drawdown], (value) => `${number(value * 100, 2)} %`, (value) => `${number(value * 100, 0)} %`, colours),
  ];
  return () => plots.forEach((remove) => remove());
}

function compared(name, columns, text, axisText, colours) {
  const host = document.getElementById(`${name}-chart`);
  const last = columns[0].length - 1;
  const values = report.names.map(() => element("b"));
  const when = element("span", "quiet");
  const shown = report.names.map((_, at) => columns[at + 1].some((value) => value !== null));
  const entries = report.names.flatMap((label, at) => {
    if (!shown[at]) return [];
    const part = element("span");
    const line = element("i");
    line.style.borderColor = colours[STROKES[at]];
    if (at === 2) line.style.borderTopStyle = "dashed";
    part.append(line, `${label} `, values[at]);
    return [part];
  });
  document.getElementById(`${name}-legend`).replaceChildren(...entries, when);
  function legend(index) {
    when.textContent = `${moment(columns[0][index] * 1000)} UTC`;
    values.forEach((value, at) => {
      const now = columns[at + 1][index];
      value.textContent = now === null || now === undefined ? "–" : text(now);
    });
  }
  let following = true;
  const release = () => queueMicrotask(() => queueMicrotask(() => (following = false)));
  const axis = { stroke: colours.muted, font: `11px ${SANS}`, ticks: { show: false }, grid: { stroke: faded(colours.line, 0.6), width: 1 } };
  const chart = new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "comparison" }, y: false, drag: { x: true, y: false } },
      scales: {},
      axes: [
        { ...axis, grid: { show: false }, space: 80, size: 30, values: dayNames },
        { ...axis, size: 62, values: (_, marks) => marks.map(axisText) },
      ],
      series: [{}, ...STROKES.map((stroke, at) => ({ stroke: colours[stroke], width: at === 2 ? 1.2 : 1.6, show: shown[at], points: { show: false }, ...(at === 2 ? { dash: [5, 4] } : {}) }))],
      hooks: {
        setCursor: [({ cursor }) => legend(cursor.idx ?? last)],
        setScale: [({ scales }, key) => key === "x" && !following && sharePeriod(host, scales.x.min * 1000, scales.x.max * 1000, 0)],
      },
    },
    columns,
    host,
  );
  legend(last);
  release();
  const unfollow = followPeriod(host, (from, to) => {
    following = true;
    chart.setScale("x", { min: from / 1000, max: to / 1000 });
    release();
  });
  const watch = new ResizeObserver(() => {
    if (host.clientWidth !== chart.width) chart.setSize({ width: host.clientWidth, height: host.clientHeight });
  });
  watch.observe(host);
  return () => {
    unfollow();
    watch.disconnect();
    chart.destroy();
  };
}

function dayNames(_plot, times, _axis, _space, step) {
  const wide = step < 27 * 86_400 ? { day: "numeric", month: "short" } : { month: "short", year: "numeric" };
  return times.map((at) => new Date(at * 1000).toLocaleDateString("en-GB", { timeZone: "UTC", ...wide }));
}

let removeComparison = drawComparison();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  removeComparison();
  removeComparison = drawComparison();
});
