//! `desk asset`.

use crate::desk::Desk;

/// A switch that came back, a laptop known by name, and a sort of printer.
fn busy() -> Desk {
    let desk = Desk::new();
    let text = desk.read("desk.toml");
    desk.write(
        "desk.toml",
        format!("{text}\n[fields.warranty]\ntitle = \"Warranty until\"\nof = \"asset\"\n"),
    );
    let _ = desk.commit();
    desk.make(
        "new 'Port dead' --from 'Ola Nowak' --code NET-OUT --model EX2300-24T --serial JW0219 \
         --asset-location 'Rack B' --set fields.warranty=2027-05-01 --channel email",
    );
    let _ = desk.ok("resolve ID1 -m 'New port'");
    desk.make("new 'Port dead again' --from 'Jan Kowalski' --code NET-OUT --serial jw-0219 --channel email");
    desk.make("new 'Laptop slow' --from 'Ola Nowak' --set asset.name=LT-0042 --model 'ThinkPad T14' --channel email");
    desk.make("new 'Toner' --model 'LaserJet 400' --code PRN-JAM --channel email");
    desk.make("new 'Toner again' --model 'LaserJet 400' --code PRN-JAM --channel email");
    desk
}

#[test]
fn devices_are_listed_the_worst_first() {
    let desk = busy();
    insta::assert_snapshot!(desk.run("asset"), @"
    DEVICE                 SERIAL   WARRANTY UNTIL  LOCATION  REPEATS  OPEN  ALL  LAST
    EX2300-24T             jw-0219  2027-05-01      Rack B          1     1    2    4m
    LaserJet 400                                                    0     2    2    1m
    LT-0042, ThinkPad T14                                           0     1    1    3m
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("asset --limit 1"), @"
    DEVICE      SERIAL   WARRANTY UNTIL  LOCATION  REPEATS  OPEN  ALL  LAST
    EX2300-24T  jw-0219  2027-05-01      Rack B          1     1    2    5m
    -----
    2 more not shown, by --limit
    [exit 0]
    ");
    let json = desk.json("asset");
    let first = &json["assets"][0];
    assert_eq!(first["asset"]["serial"], "jw-0219");
    assert_eq!(first["asset"]["model"], "EX2300-24T");
    assert_eq!(first["fields"]["warranty"], "2027-05-01");
    assert_eq!(first["derived"]["repeats"][0]["ticket"], desk.id("ID2"));
    assert_eq!(first["derived"]["repeats"][0]["of"], desk.id("ID1"));
    assert_eq!(first["derived"]["tickets"], 2);
}

#[test]
fn one_device_shows_its_history() {
    let desk = busy();
    let _ = desk.ok("work new ID2");
    insta::assert_snapshot!(desk.run("asset jw0219"), @"
    EX2300-24T
    2 tickets · 1 open · last Mon 23 Nov 10:02, 5m ago

    serial      jw-0219
    location    Rack B
    people      Jan Kowalski, Ola Nowak
    warranty until 2027-05-01
    came back   1 time within 30 days: ID2 after ID1

    Open 1
    ID          STATUS  CODE     AGE  TITLE
    ID2         new     NET-OUT   5m  Port dead again

    Done 1
    ID          STATUS    CODE     AGE  TITLE
    ID1         resolved  NET-OUT   7m  Port dead

    Work orders 1
    ID          STATUS  CODE     AGE  TITLE
    ID6         new     NET-OUT   1m  Restore the network of a floor
    [exit 0]
    ");
    for known in [
        "JW0219",
        "EX2300-24T",
        "ex2300",
        "rack",
        "jan",
        "ID2",
        "w02",
    ] {
        let out = desk.ok(&format!("asset {known}"));
        assert!(out.stdout.starts_with("EX2300-24T\n"), "{known}: {out}");
    }
    let _ = desk.ok("asset lt0042").says("");
}

#[test]
fn nothing_that_fits_gets_the_nearest() {
    let desk = busy();
    insta::assert_snapshot!(desk.run("asset JW0291"), @"
    -----
    no devices; did you mean `jw-0219`?
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("asset 'coffee machine'"), @"
    -----
    no devices
    [exit 0]
    ");
    insta::assert_snapshot!(Desk::new().run("asset"), @"
    -----
    no devices
    [exit 0]
    ");
}

#[test]
fn what_comes_long_after_or_at_once_is_no_repeat() {
    let desk = Desk::new();
    let jam = "new Jam --serial X1 --code PRN-JAM --channel email";
    desk.make(jam);
    // While the first is open a second call is of the same trouble.
    desk.make(jam);
    let repeats = || {
        desk.json("asset")["assets"][0]["derived"]["repeats"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(repeats(), 0);
    let _ = desk.ok("resolve ID1 ID2 -m Cleaned");
    desk.wait(60 * 24 * 29);
    desk.make(jam);
    assert_eq!(repeats(), 1);
    let _ = desk.ok("resolve ID3 -m Cleaned");
    desk.wait(60 * 24 * 31);
    desk.make(jam);
    assert_eq!(repeats(), 1);
    // Another problem of the device is none, nor is a call that was none.
    let _ = desk.ok("resolve ID4 -m Cleaned");
    desk.make("new Noise --serial X1 --code NET-OUT --channel email");
    desk.make(jam);
    assert_eq!(repeats(), 2);
    let _ = desk.ok("cancel ID6 -m 'A test'");
    assert_eq!(repeats(), 1);
}

#[test]
fn columns_line_up_in_every_script() {
    let desk = Desk::new();
    for (at, name) in ["নেটওয়ার্ক সুইচ", "Máy in tầng ba", "Drukarka Łódź", "Gerät"]
        .iter()
        .enumerate()
    {
        let name = format!("asset.name={name}");
        let serial = format!("S{at}");
        let line = [
            "new",
            "x",
            "--set",
            &name,
            "--serial",
            &serial,
            "--channel",
            "email",
        ];
        desk.made(&line);
    }
    let out = desk.ok("asset").stdout;
    let column = |line: &str| {
        let at = line.find('S').unwrap();
        unicode_width::UnicodeWidthStr::width(&line[..at])
    };
    let columns: Vec<usize> = out.lines().map(column).collect();
    assert!(columns.iter().all(|at| *at == columns[0]), "{out}");
}
