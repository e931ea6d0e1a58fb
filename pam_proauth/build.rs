//! What the linker must know about a module that sshd and sudo load.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Thread-locals of the runtime have destructors in our code: once loaded, stay loaded.
    println!("cargo:rustc-link-arg-cdylib=-Wl,-z,nodelete");
    // Every getenv in here, of std and of libraries too, becomes ours, which finds nothing
    // (src/ffi.rs). The environment belongs to whoever called sudo.
    println!("cargo:rustc-link-arg-cdylib=-Wl,--wrap=getenv");
}
