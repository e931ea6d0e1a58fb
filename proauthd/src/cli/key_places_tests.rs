//! Sentences about what a rekey must not write over.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use tempfile::TempDir;

use super::*;

/// Places in a folder of their own, whose key is the file at `KEY` or nowhere.
struct Scene {
    folder: TempDir,
    places: Places,
    key: MasterKey,
}

impl Scene {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = |name| folder.path().join(name);
        let places = Places {
            file: path("key"),
            sealed: Some(path("sealed")),
        };
        let key = MasterKey::new_random().unwrap();
        Self {
            folder,
            places,
            key,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn check(&self) -> Result<(), String> {
        self.places.check(&mark_of(&self.key))
    }
}

#[test]
fn a_next_key_that_cannot_be_read_stays_while_the_key_is_nowhere_else() {
    let scene = Scene::new();
    scene.check().unwrap();
    let next = scene.path("key.next");
    scene.key.write(&next).unwrap();
    scene.check().unwrap();
    fs::set_permissions(&next, Permissions::from_mode(0o640)).unwrap();
    let said = scene.check().unwrap_err();
    assert!(said.contains("key.next cannot be read"), "{said}");
    scene.key.write(&scene.path("key")).unwrap();
    scene.check().unwrap();
}

#[test]
fn a_sealed_next_key_that_does_not_open_stays_likewise() {
    let scene = Scene::new();
    fs::write(scene.path("sealed.next"), "sealed by another machine").unwrap();
    let said = scene.check().unwrap_err();
    assert!(said.contains("sealed.next cannot be read"), "{said}");
    scene.key.write(&scene.path("key")).unwrap();
    scene.check().unwrap();
}

#[test]
fn a_next_key_that_can_be_read_and_is_another_may_be_written_over() {
    let scene = Scene::new();
    let stranger = MasterKey::new_random().unwrap();
    stranger.write(&scene.path("key.next")).unwrap();
    scene.check().unwrap();
}

#[test]
fn a_place_that_is_a_link_is_refused_before_anything_begins() {
    for name in ["key", "key.next", "sealed", "sealed.next"] {
        let scene = Scene::new();
        scene.key.write(&scene.path("elsewhere")).unwrap();
        symlink(scene.path("elsewhere"), scene.path(name)).unwrap();
        let said = scene.check().unwrap_err();
        assert!(
            said.contains(&format!("{name} cannot be replaced")),
            "{said}"
        );
    }
}
