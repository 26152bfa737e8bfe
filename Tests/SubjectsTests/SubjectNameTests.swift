import MapleTreeModule
import Support
import Testing

@testable import Subjects

@Suite("Names of subjects")
struct SubjectNameTests {
  @Test("say what is checked, and where a library is")
  func names() {
    #expect(SubjectName(argument: "maple") == .maple)
    #expect(SubjectName(argument: "maple-6.16")?.name == "maple-6.16")
    #expect(SubjectName(argument: "maple-6.16")?.argument == "maple-6.16")
    #expect(SubjectName(argument: "canary")?.argument == "canary")
    let newest = LinuxLibraries.folder + "/newest/libmaplecheck-linux-corrected.so"
    #expect(SubjectName(argument: "linux") == .library(path: newest, argument: "linux"))
    let other = LinuxLibraries.folder + "/7.1.5/libmaplecheck-linux-corrected.so"
    #expect(SubjectName(argument: "linux-7.1.5") == .library(path: other, argument: "linux-7.1.5"))
    #expect(SubjectName(argument: "linux-7.so") == .library(path: "linux-7.so", argument: "linux-7.so"))
    #expect(SubjectName(argument: "linux-banana") == nil)
    #expect(SubjectName(argument: "linux-..") == nil)
    #expect(SubjectName(argument: "linux:/tmp/x.so") == .library(path: "/tmp/x.so", argument: "linux:/tmp/x.so"))
    #expect(SubjectName(argument: "./mine") == .library(path: "./mine", argument: "./mine"))
    #expect(SubjectName(argument: "mine.so") == .library(path: "mine.so", argument: "mine.so"))
    #expect(SubjectName(argument: "banana") == nil)
    #expect(SubjectName(argument: "linux:banana") == nil)
    #expect(SubjectName.maple.argument == nil)
  }

  @Test("choose the algorithm of our tree that a kernel is compared with")
  func algorithms() {
    #expect(SubjectName(argument: "maple-7.3")?.rebuildRule == .copiedByLevel)
    #expect(SubjectName(argument: "maple-7.4") == nil)
    #expect(LibraryAlgorithm(ofLibrary: "Linux 6.1.192, lib/maple_tree.c").rule == .toTheRoot)
    #expect(LibraryAlgorithm(ofLibrary: "Linux 6.12.117, lib/maple_tree.c").rule == .toTheRoot)
    #expect(LibraryAlgorithm(ofLibrary: "Linux 6.16.0, lib/maple_tree.c").rule == .untilTheWaysMeet)
    #expect(LibraryAlgorithm(ofLibrary: "Linux 6.18.2, lib/maple_tree.c").rule == .untilTheWaysMeet)
    #expect(LibraryAlgorithm(ofLibrary: "Linux 7.3.4, lib/maple_tree.c").rule == .copiedByLevel)
    #expect(LibraryAlgorithm(ofLibrary: "a sorted list").rule == .newest)
  }

  @Test("lead to one clear line where there is no library")
  func missingLibrary() {
    #expect(throws: CommandFailure.self) { try SubjectName.load("/nowhere/subject.so") }
    do {
      _ = try SubjectName.load("/nowhere/subject.so")
    } catch {
      #expect(error.description == "/nowhere/subject.so: no such file; expected a shared library")
    }
  }

  @Test("of kernels that are not built say what is built")
  func missingKernel() throws {
    let name = try #require(SubjectName(argument: "linux-0.99"))
    #expect(name.libraryName == nil && name.fullName == "linux-0.99")
    do {
      _ = try SubjectName.load(LinuxLibraries.path(of: "0.99"))
      Issue.record("a kernel that nobody built is loaded")
    } catch {
      #expect(error.description.contains("which make linux builds ("))
      #expect(error.description.contains("/0.99/"))
      for version in LinuxLibraries.built { #expect(error.description.contains(version)) }
    }
  }
}
