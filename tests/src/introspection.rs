//! What introspection data tells of the served interfaces.

use std::collections::BTreeSet;

/// A method, with its arguments in their order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Method {
    /// The last part of the interface's name, and the method's: `Login.Begin`.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// An argument of a method.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its signature.
    pub signature: String,
    /// `in` or `out`.
    pub direction: String,
}

/// Everything of ours in `xml`: methods, and by their names what is none.
#[derive(Debug, PartialEq, Eq)]
pub struct Interfaces {
    /// The full names of the interfaces.
    pub names: BTreeSet<String>,
    /// Their methods.
    pub methods: BTreeSet<Method>,
    /// Signals, properties and annotations.
    pub others: BTreeSet<String>,
}

impl Interfaces {
    /// Reads introspection data; what belongs to D-Bus itself is left out.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn parse(xml: &str) -> Self {
        let options = roxmltree::ParsingOptions {
            allow_dtd: true,
            ..Default::default()
        };
        let document = roxmltree::Document::parse_with_options(xml, options)
            .unwrap_or_else(|error| panic!("{error}: {xml}"));
        let ours = document.descendants().filter(|node| {
            node.has_tag_name("interface")
                && !attribute(*node, "name").starts_with("org.freedesktop.")
        });
        let mut found = Self {
            names: BTreeSet::new(),
            methods: BTreeSet::new(),
            others: BTreeSet::new(),
        };
        for interface in ours {
            found.add(interface);
        }
        found
    }

    fn add(&mut self, interface: roxmltree::Node<'_, '_>) {
        let full = attribute(interface, "name");
        let (_, short) = full.rsplit_once('.').expect("an interface has dots");
        for member in interface.children().filter(roxmltree::Node::is_element) {
            let name = format!("{short}.{}", attribute(member, "name"));
            if member.has_tag_name("method") {
                let arguments = arguments(member);
                self.methods.insert(Method { name, arguments });
            } else {
                self.others
                    .insert(format!("{} {name}", member.tag_name().name()));
            }
        }
        self.names.insert(full);
    }
}

impl Method {
    /// The signature of what goes in.
    #[must_use]
    pub fn signature(&self) -> String {
        let inputs = self.arguments.iter().filter(|one| one.direction == "in");
        inputs.map(|one| one.signature.as_str()).collect()
    }
}

fn arguments(method: roxmltree::Node<'_, '_>) -> Vec<Argument> {
    let arguments = method.children().filter(|node| node.has_tag_name("arg"));
    arguments
        .map(|node| Argument {
            name: attribute(node, "name"),
            signature: attribute(node, "type"),
            direction: attribute(node, "direction"),
        })
        .collect()
}

fn attribute(node: roxmltree::Node<'_, '_>, name: &str) -> String {
    node.attribute(name).unwrap_or_default().to_owned()
}
