// The price chart: candles, the overlay, zoom, and which bar the reader points at.

/**
 * Builds the chart in `host`. `on.bar(bar or null, clicked)` says what is pointed at,
 * `on.view()` that it moved, `on.step(-1, 1 or 0)` that the pin is to go left, right or away.
 */
function makePrice(host, symbol, view, on) {
  const { time, open, high, low, close } = symbol.bars;
  const bars = time.map((at, index) => ({
    time: at / 1000,
    open: open[index],
    high: high[index],
    low: low[index],
    close: close[index],
  }));
  const chart = LightweightCharts.createChart(host, {
    autoSize: true,
    // The wheel and a vertical swipe scroll the page; zooming is by pinch, Ctrl and wheel, or the buttons.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
    timeScale: { timeVisible: symbol.step < 86_400_000, secondsVisible: symbol.step < 60_000, minBarSpacing: 0.1, fixLeftEdge: true, fixRightEdge: true },
    rightPriceScale: { scaleMargins: { top: 0.06, bottom: 0.06 }, minimumWidth: 64 },
    crosshair: { mode: LightweightCharts.CrosshairMode.Normal },
    localization: {
      locale: "en-GB",
      timeFormatter: (at) => `${moment(at * 1000)} UTC`,
      priceFormatter: (price) => number(price, symbol.digits),
      tickmarksPriceFormatter: axisPrices,
    },
  });
  const series = chart.addSeries(LightweightCharts.CandlestickSeries, {
    priceLineVisible: false,
    priceFormat: { type: "price", precision: symbol.digits, minMove: 10 ** -symbol.digits },
  });
  series.setData(bars);
  const overlay = makeOverlay(symbol, view);
  series.attachPrimitive(overlay);

  function paint() {
    const colours = palette();
    chart.applyOptions({
      layout: { background: { color: colours.panel }, textColor: colours.muted, fontFamily: SANS, fontSize: 11 },
      grid: { vertLines: { visible: false }, horzLines: { color: faded(colours.line, 0.6) } },
      rightPriceScale: { borderVisible: false },
      timeScale: { borderColor: colours.line },
      crosshair: {
        vertLine: { color: faded(colours.muted, 0.7), labelBackgroundColor: colours.muted },
        horzLine: { color: faded(colours.muted, 0.7), labelBackgroundColor: colours.muted },
      },
    });
    // Candles step back a little, so that fills and levels can be read on them.
    const body = { upColor: faded(colours.up, 0.55), downColor: faded(colours.down, 0.55) };
    const edge = { wickUpColor: faded(colours.up, 0.6), wickDownColor: faded(colours.down, 0.6), borderVisible: false };
    series.applyOptions({ ...body, ...edge });
    overlay.refresh();
  }

  function clamp(logical) {
    return Math.max(0, Math.min(bars.length - 1, Math.round(logical)));
  }

  /** Shows `factor` times as many bars, with the bar at `anchor` staying where it is. */
  function zoom(factor, anchor) {
    const range = chart.timeScale().getVisibleLogicalRange();
    if (range === null) return;
    const centre = anchor ?? (range.from + range.to) / 2;
    const from = Math.max(-0.5, centre - (centre - range.from) * factor);
    const to = Math.min(bars.length - 0.5, centre + (range.to - centre) * factor);
    if (to - from >= 8) chart.timeScale().setVisibleLogicalRange({ from, to });
  }

  /** Epoch milliseconds at a place between the bars, counted in bars; gaps between candles take no room. */
  function timeAt(logical) {
    const place = Math.max(0, Math.min(bars.length, logical));
    const bar = Math.min(bars.length - 1, Math.floor(place));
    return time[bar] + (place - bar) * symbol.step;
  }

  function logicalAt(at) {
    let low = 0;
    let high = time.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (time[middle] <= at) low = middle + 1;
      else high = middle;
    }
    const bar = Math.max(0, low - 1);
    return bar - 0.5 + Math.max(0, Math.min(1, (at - time[bar]) / symbol.step));
  }

  let settled = false;
  const unfollow = followPeriod(host, (from, to) => {
    const first = logicalAt(from);
    const last = logicalAt(to);
    const room = Math.max(0, 8 - (last - first)) / 2;
    chart.timeScale().setVisibleLogicalRange({ from: Math.max(-0.5, first - room), to: Math.min(bars.length - 0.5, last + room) });
  });

  const wheel = (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const x = event.clientX - host.getBoundingClientRect().left;
    zoom(Math.exp(event.deltaY * 0.003), chart.timeScale().coordinateToLogical(x) ?? undefined);
  };
  host.addEventListener("wheel", wheel, { passive: false });
  chart.subscribeCrosshairMove(({ logical }) => on.bar(logical === undefined || logical === null ? null : clamp(logical), false));
  chart.subscribeClick(({ logical }) => {
    if (logical !== undefined && logical !== null) on.bar(clamp(logical), true);
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    on.view();
    // The chart knows no range until it has its size.
    if (range !== null && settled) sharePeriod(host, timeAt(range.from + 0.5), timeAt(range.to + 0.5), symbol.step);
  });
  chart.timeScale().subscribeSizeChange(() => on.view());
  chart.timeScale().fitContent();
  settled = true;
  paint();

  const keys = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Escape: 0 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    on.step(step);
  };
  host.addEventListener("keydown", keys);

  return {
    chart,
    paint,
    overlay,
    clamp,
    zoom,
    barAt: (at) => clamp(logicalAt(at)),
    all: () => chart.timeScale().fitContent(),
    /** Puts the cross-hair on a bar, as when the reader points at the votes below. */
    point(bar) {
      if (bar === null) chart.clearCrosshairPosition();
      else chart.setCrosshairPosition(close[bar], time[bar] / 1000, series);
    },
    remove() {
      unfollow();
      host.removeEventListener("wheel", wheel);
      host.removeEventListener("keydown", keys);
      chart.remove();
    },
  };
}

/** Prices of the axis with as many decimals as tell them apart. */
function axisPrices(prices) {
  const gap = prices.length > 1 ? Math.abs(prices[1] - prices[0]) : Math.abs(prices[0] ?? 1) / 10;
  const digits = gap > 0 ? Math.max(0, Math.min(10, Math.ceil(-Math.log10(gap) - 1e-9))) : 2;
  return prices.map((price) => number(price, digits));
}
