namespace Homer.Engine.Contexts;

/// <summary>A setting of a method is impossible, whatever the document: a mistake of who gave it, and not of a file.</summary>
/// <param name="message">One sentence that says what is wrong and what would be right.</param>
public sealed class MethodSettingException(string message) : HomerException(message);
