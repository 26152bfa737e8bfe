import Glibc
import Measuring

/// Curves over one another, as an SVG drawing. Both axes are logarithmic or linear, each by itself.
struct Chart: Sendable {
  struct Curve: Sendable {
    var name: String
    var points: [StraightLine.Point]
    /// As SVG writes colours.
    var colour: String
    var isDashed: Bool

    init(_ name: String, _ points: [StraightLine.Point], colour: String, isDashed: Bool = false) {
      self.name = name
      self.points = points
      self.colour = colour
      self.isDashed = isDashed
    }
  }

  var title: String
  var xTitle: String
  var yTitle: String
  var isLogarithmicInY: Bool
  var curves: [Curve]

  init(title: String, xTitle: String, yTitle: String, isLogarithmicInY: Bool, curves: [Curve]) {
    self.title = title
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.isLogarithmicInY = isLogarithmicInY
    self.curves = curves.filter { !$0.points.isEmpty }
  }

  private static let width = 620.0
  private static let height = 430.0
  private static let left = 66.0
  private static let right = 30.0
  private static let top = 34.0
  private static let bottom = 128.0

  /// Charts side by side, as a whole file.
  static func svg(_ charts: [Chart]) -> String {
    let (whole, high) = (Int(width) * max(1, charts.count), Int(height))
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(whole)" height="\(high)" viewBox="0 0 \(whole) \(high)" \
      font-family="sans-serif" font-size="11">
      <rect width="\(whole)" height="\(high)" fill="white"/>

      """
    for (place, chart) in charts.enumerated() {
      text += "<g transform=\"translate(\(place * Int(width)) 0)\">\n\(chart.body)</g>\n"
    }
    return text + "</svg>\n"
  }

  private var body: String {
    let horizontal = Axis(curves.flatMap { $0.points.map(\.x) }, isLogarithmic: true)
    let vertical = Axis(curves.flatMap { $0.points.map(\.y) }, isLogarithmic: isLogarithmicInY)
    func x(_ value: Double) -> Double { Self.left + horizontal.share(value) * (Self.width - Self.left - Self.right) }
    func y(_ value: Double) -> Double {
      Self.height - Self.bottom - vertical.share(value) * (Self.height - Self.top - Self.bottom)
    }
    var text = label(title, Self.left, 20, size: 13)
    for mark in horizontal.marks {
      text += line(x(mark), y(vertical.low), x(mark), y(vertical.high))
      text += label(Self.number(mark), x(mark), y(vertical.low) + 15, anchor: "middle")
    }
    for mark in vertical.marks {
      text += line(x(horizontal.low), y(mark), x(horizontal.high), y(mark))
      text += label(Self.number(mark), Self.left - 6, y(mark) + 4, anchor: "end")
    }
    let middle = (Self.left + Self.width - Self.right) / 2
    text += label(xTitle, middle, y(vertical.low) + 30, anchor: "middle")
    let side = (Self.top + Self.height - Self.bottom) / 2
    text += "<text transform=\"translate(14 \(Self.tenths(side))) rotate(-90)\" text-anchor=\"middle\">"
    text += "\(Self.escaped(yTitle))</text>\n"
    for (place, curve) in curves.enumerated() {
      let path = curve.points.map { "\(Self.tenths(x($0.x))),\(Self.tenths(y($0.y)))" }.joined(separator: " ")
      let dashes = curve.isDashed ? " stroke-dasharray=\"5 3\"" : ""
      let stroke = "stroke=\"\(curve.colour)\" stroke-width=\"1.6\"\(dashes)"
      text += "<polyline points=\"\(path)\" fill=\"none\" \(stroke)/>\n"
      // Two columns of names below the axis.
      let (column, row) = (Double(place % 2), Double(place / 2))
      let (keyX, keyY) = (Self.left + column * 270, Self.height - Self.bottom + 50 + row * 16)
      text += "<line x1=\"\(Self.tenths(keyX))\" y1=\"\(Self.tenths(keyY))\" x2=\"\(Self.tenths(keyX + 26))\" "
      text += "y2=\"\(Self.tenths(keyY))\" \(stroke)/>\n"
      text += label(curve.name, keyX + 32, keyY + 4)
    }
    return text
  }

  private func label(_ text: String, _ x: Double, _ y: Double, anchor: String = "start", size: Int = 11) -> String {
    "<text x=\"\(Self.tenths(x))\" y=\"\(Self.tenths(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\">"
      + "\(Self.escaped(text))</text>\n"
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<line x1=\"\(Self.tenths(x1))\" y1=\"\(Self.tenths(y1))\" x2=\"\(Self.tenths(x2))\" y2=\"\(Self.tenths(y2))\" "
      + "stroke=\"#ddd\"/>\n"
  }

  private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\((value * 1000).rounded() / 1000)"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
    return result
  }
}

/// One axis: its ends, which are marks, and the marks between.
private struct Axis {
  var low: Double
  var high: Double
  var marks: [Double]
  private let isLogarithmic: Bool

  init(_ values: [Double], isLogarithmic: Bool) {
    let values = values.filter { !isLogarithmic || $0 > 0 }
    self.isLogarithmic = isLogarithmic
    let (least, greatest) = (values.min() ?? 1, values.max() ?? 10)
    if isLogarithmic {
      var mark = 1.0
      while mark > least { mark /= 10 }
      while mark * 10 <= least { mark *= 10 }
      marks = [mark]
      while let last = marks.last, last < greatest { marks.append(last * 10) }
      if marks.count == 1 { marks.append(mark * 10) }
    } else {
      let step = Self.step(max(greatest - min(least, 0), 1))
      let first = (min(least, 0) / step).rounded(.down)
      marks = [first * step]
      while let last = marks.last, last < greatest { marks.append(last + step) }
      if marks.count == 1 { marks.append(marks[0] + step) }
    }
    low = marks[0]
    high = marks[marks.count - 1]
  }

  /// 1, 2 or 5 with zeros, so that there are at most seven steps.
  private static func step(_ span: Double) -> Double {
    var unit = 0.001
    while true {
      for factor in [1.0, 2, 5] where span / (unit * factor) <= 7 { return unit * factor }
      unit *= 10
    }
  }

  /// Where a value is between the ends, from 0 to 1.
  func share(_ value: Double) -> Double {
    if !isLogarithmic { return (value - low) / (high - low) }
    return log2(max(value, low) / low) / log2(high / low)
  }
}
