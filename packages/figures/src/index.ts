export { imagesDoNotFit } from './errors.js';
export { heatMapsSvg } from './heat-map.js';
export { type Histogram, histogramOf, histogramSeries } from './histogram.js';
export { type SheetRow, labelledSheetPng } from './labelled-sheet.js';
export { type PlotPanel, type PlotSeries, escapeText, svgPlot } from './line-chart.js';
export { imagePngs, sheetPixels, sheetPng, writeSheet } from './sheet.js';
