import Glibc

/// Puts one file in the place of another in a single step.
///
/// After a power cut either the old file is there or the new one, never none.
///
/// - Source: POSIX `rename`; Foundation's own replacement leaves neither on Linux.
public enum FileReplacement {
    /// - Returns: the system's error number, or `nil` when it is done.
    public static func move(_ fresh: String, over path: String) -> Int32? {
        unsafe rename(fresh, path) == 0 ? nil : errno
    }
}
