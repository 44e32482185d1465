using Homer.Engine.Checks;

namespace Homer.Engine.Contexts;

/// <summary>Marks the property of a setting whose name is not that of the property.</summary>
/// <param name="name">The name that users write.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MethodSettingNameAttribute(string name) : Attribute
{
    /// <summary>The name that users write.</summary>
    public string Name { get; } = NotNull.Of(name);
}
