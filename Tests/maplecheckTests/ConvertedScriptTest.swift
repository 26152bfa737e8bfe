import Harness
import MapleTreeModule
import Operations
import Testing

@Test("every-operation")
func replaysEveryOperation() throws {
  let text = """
    maple 1
    tree gaps
    load 0x10
    find 0x0
    find-after 0x1 through 0xff
    next 0x1
    previous 0x8
    gap lowest 4 in 0x0...0xff
    gap highest 4
    store 0x10...0x1f a
    insert 0x20...0x2f v5 nowait
    erase 0x20
    allocate lowest 2 in 0x0...0xff b
    allocate highest 2 in 0x0...0xff c atomic
    allocate cyclic in 0x100...0x1ff zero
    rcu on
    dup
    fill 20 from 0x1000 stride 4 width 2 @0x406a
    prepare 0x10...0x17 -
    store-prepared
    prepare 0x10...0x17 d
    abandon-prepared
    bulk begin 4
    bulk store 0x2000...0x20ff e
    bulk fill 3 from 0x2100 stride 16 width 4 a
    bulk end
    cursor 0 set 0x10...0x13
    cursor 0 find
    cursor 0 pause
    cursor 1 reset
    cursor 0 store f
    cursor 0 erase
    fail 1 forever
    store 0x18...0x19 g
    meanwhile store 0x30 h
    fail 1
    store 0x1b...0x1c i
    reader enter
    reader leave
    at-most 1
    store 0x40 a
    verify
    clear
    """
  let script = try ScriptText.parse(Array(text.utf8), file: "every-operation")
  let report = Runner<MapleTreeSubject>.run(script) { MapleTreeSubject(configuration: $0) }
  #expect(report.violation == nil)
}
