namespace Homer.Engine.Templates.Jinja;

/// <summary>A template that cannot be parsed or rendered. The message is Jinja's or Python's own, without the place.</summary>
internal sealed class JinjaException(JinjaFault fault, string message) : Exception(message)
{
    /// <summary>The kind of failure.</summary>
    public JinjaFault Fault { get; } = fault;

    /// <summary>The place in the template; null while it is unknown.</summary>
    public TemplatePosition? Position { get; private set; }

    /// <summary>Returns an error of a value that does not allow what the template does with it.</summary>
    public static JinjaException Runtime(string message) => new(JinjaFault.Runtime, message);

    /// <summary>Notes the place, unless an inner node has; returns false, so that it serves as an exception filter.</summary>
    public bool Locate(TemplatePosition position)
    {
        Position ??= position;
        return false;
    }
}
