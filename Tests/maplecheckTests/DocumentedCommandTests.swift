import ArgumentParser
import Foundation
import Support
import Testing

@testable import maplecheck

/// The commands that the documents show are commands that there are.
@Suite("Commands in the documents")
struct DocumentedCommandTests {
  private static let root = ProjectFolder.ofSource()

  static let documents: [String] = {
    let folders = ["", "docs/", "docs/results/"]
    return folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
      return names.filter { $0.hasSuffix(".md") && $0 != "CHANGELOG.md" }.sorted().map { folder + $0 }
    }
  }()

  /// What stands between backticks, and the lines of fences, if it begins with the program's name.
  private static func commands(of program: String, in text: String) -> [String] {
    let parts = text.split(separator: /(?m)^ *```.*$/, omittingEmptySubsequences: false)
    let start = "\(program) "
    let found = parts.enumerated().flatMap { place, part -> [String] in
      if !place.isMultiple(of: 2) {
        return part.split(separator: "\n").map {
          String($0).replacing(/^[ ]*(\$ )?([A-Z_]+=[^ ]+ )*(\.build\/release\/)?/, with: "")
        }
      }
      return part.matches(of: /`([^`]+)`/).map { String($0.1).replacing(/\s+/, with: " ") }
    }
    return found.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
  }

  /// Why a command cannot be: `nil` for one that can, or that is only named and lacks what it works on.
  static func complaint(about words: [String]) -> String? {
    do {
      _ = try MapleCheck.parseAsRoot(words.first == "--version" ? ["version"] + words.dropFirst() : words)
      return nil
    } catch {
      let message = MapleCheck.message(for: error)
      guard message.hasPrefix("Missing expected argument") else { return message }
      // The usage lists all options.
      let usage = MapleCheck.fullMessage(for: error)
      return words.allSatisfy { !$0.hasPrefix("--") || usage.contains($0) } ? nil : message
    }
  }

  @Test("name subcommands and options of maplecheck", arguments: documents)
  func maplecheck(_ document: String) throws {
    let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
    for command in Self.commands(of: "maplecheck", in: text) {
      // Without comments, redirections, and the brackets of what may be left out.
      let plain = command.replacing(/[ ]+(#|<<|>).*/, with: "").replacing(/[\[\]]|\.\.\.(?= |$)/, with: "")
      for choice in plain.split(separator: " | ") {
        #expect(Self.complaint(about: choice.split(separator: " ").map(String.init)) == nil, "\(document): \(command)")
      }
    }
  }

  @Test("name targets and variables of make", arguments: documents)
  func make(_ document: String) throws {
    let makefile = try String(contentsOf: Self.root.appending(path: "Makefile"), encoding: .utf8)
    let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
    for command in Self.commands(of: "make", in: text) {
      for word in command.replacing(/[ ]+#.*/, with: "").split(separator: " ") {
        let parts = word.split(separator: "=", maxSplits: 1)
        let isThere =
          parts.count == 1
          ? makefile.contains("\n\(word):")
          : makefile.contains("\(parts[0])=")
            || makefile.contains("\n\(parts[0]) ")
        #expect(isThere, "\(document): make \(command)")
      }
    }
  }

  @Test(
    "are refused if there is no such subcommand or option",
    arguments: [["chekc"], ["check", "--nosuch"], ["bench", "nothing"], ["convert", "--nosuch"]])
  func refused(_ words: [String]) {
    #expect(Self.complaint(about: words) != nil)
  }
}
