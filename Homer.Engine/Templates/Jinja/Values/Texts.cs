namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Takes arguments that must be strings.</summary>
internal static class Texts
{
    /// <summary>Returns a string.</summary>
    /// <exception cref="JinjaException">The value is none.</exception>
    public static TextValue Value(Value value) => value as TextValue
        ?? throw (value is UndefinedValue undefined
            ? undefined.Error
            : JinjaException.Runtime($"expected a string, not '{value.TypeName}'"));

    /// <summary>Returns the characters of a string.</summary>
    /// <exception cref="JinjaException">The value is none.</exception>
    public static string Of(Value value) => Value(value).Text;
}
