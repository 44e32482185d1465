namespace Homer.Engine.Files;

/// <summary>The kind of thing that a path names, links followed.</summary>
internal enum FileKind
{
    /// <summary>There is nothing yet.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe (FIFO), whose writer waits until there is a reader.</summary>
    Pipe,

    /// <summary>A device, a socket, or an open file of a process (<c>/proc/self/fd/3</c>).</summary>
    Device,
}
