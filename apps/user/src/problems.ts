import { problemCatalogue } from '@shop/service-kit/problem';

export const problems = problemCatalogue({
  emailTaken: [409, 'email-taken', 'This email address is registered already'],
  invalidCredentials: [401, 'invalid-credentials', 'Email and password do not match'],
  tooManyAttempts: [429, 'too-many-attempts', 'Too many failed attempts for this email address'],
});
