//! Where pages live: finding, reading, saving, locking, git.
