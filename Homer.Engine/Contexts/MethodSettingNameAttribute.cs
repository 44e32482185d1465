namespace Homer.Engine.Contexts;

/// <summary>Gives a setting another name than its property's.</summary>
/// <param name="name">The name by which users set it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MethodSettingNameAttribute(string name) : Attribute
{
    /// <summary>The name by which users set it.</summary>
    public string Name { get; } = name;
}
