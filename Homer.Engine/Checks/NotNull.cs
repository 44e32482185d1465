using System.Runtime.CompilerServices;

namespace Homer.Engine.Checks;

/// <summary>Refuses null where a statement cannot: in the properties of records and the fields of classes.</summary>
internal static class NotNull
{
    /// <summary>Returns a value that is not null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The name of the parameter.</param>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public static T Of<T>(T? value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : class => value ?? throw new ArgumentNullException(name);
}
