using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Makes a value of another, by arguments.</summary>
internal delegate Value Filter(Value input, Arguments arguments);
